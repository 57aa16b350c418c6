"""Prove the checks: right answers pass, wrong ones fail and are named, no small change of a solution goes unnoticed."""
