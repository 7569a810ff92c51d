"""The twelve detectors: ways to make figures look better than the work was, found in the log by pure functions.

Source: Decree 61/2018/NĐ-CP art. 19: one supplement, one re-appointment, an apology for what is late.
"""
