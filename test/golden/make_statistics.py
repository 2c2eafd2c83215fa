"""Golden values of the statistics: python make_statistics.py writes statistics.json beside this file.

Needs SciPy and statsmodels (made with SciPy 1.17.1 and statsmodels 0.15.0). Samples have few digits, so that JSON
holds them exactly.
"""
import json, pathlib

import numpy as np
from scipy import stats
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportion_confint

random = np.random.default_rng(1979)


def samples(n, scale, shift):
    return [float(f"{x:.6g}") for x in random.standard_normal(n) * scale + shift]


intervals = []
for n in [2, 3, 5, 10, 12, 20, 60, 200]:
    for scale, shift in [(1, 0), (1e-3, 5), (100, -3)]:
        x = samples(n, scale, shift)
        levels = [0.5, 0.9, 0.95, 0.99, 0.999]
        at = {level: list(stats.t.interval(level, n - 1, loc=np.mean(x), scale=stats.sem(x))) for level in levels}
        intervals.append({"samples": x, "intervals": at})

pairs = []
for n in [2, 4, 10, 20, 60]:
    for shift in [0, 0.3, 3]:
        a, b = samples(n, 1, shift), samples(n, 1, 0)
        test = stats.ttest_rel(a, b)
        interval = test.confidence_interval(0.95)
        pairs.append({"a": a, "b": b, "p": test.pvalue, "interval": [interval.low, interval.high]})

proportions = []
for trials in [1, 2, 7, 20, 400]:
    for successes in sorted({0, 1, trials // 3, trials // 2, trials - 1, trials}):
        low, high = proportion_confint(successes, trials, 0.05, method="wilson")
        proportions.append({"successes": successes, "trials": trials, "interval": [low, high]})

holm = []
for n in [1, 2, 3, 5, 10, 28]:
    for power in [1, 2, 4, 8]:
        p = [float(f"{x:.3g}") for x in random.random(n) ** power]
        p += p[: n // 3]  # equal ones, too
        holm.append({"p": p, "kept": multipletests(p, alpha=0.05, method="holm")[0].tolist()})
# The edge itself: 0.05 / 2 and 0.05 are kept.
holm.append({"p": [0.025, 0.05], "kept": multipletests([0.025, 0.05], alpha=0.05, method="holm")[0].tolist()})

golden = {"intervals": intervals, "pairs": pairs, "proportions": proportions, "holm": holm}
path = pathlib.Path(__file__).with_name("statistics.json")
path.write_text(json.dumps(golden, separators=(",", ":")) + "\n")
