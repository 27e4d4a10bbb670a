"""Samples by name over the rounds; at the end a table of minimum, median and maximum beside the goal."""
import json
import statistics


class Figures:
    def __init__(self):
        self.samples, self.goals = {}, {}

    def add(self, name, value, goal=""):
        self.samples.setdefault(name, []).append(value)
        if goal:
            self.goals[name] = goal

    def table(self):
        lines = ["| figure | goal | median | min | max | rounds |", "|-|-|-|-|-|-|"]
        for name, values in self.samples.items():
            lines.append(f"| {name} | {self.goals.get(name, '')} | {shown(statistics.median(values))} | "
                         f"{shown(min(values))} | {shown(max(values))} | {len(values)} |")
        return "\n".join(lines)

    def save(self, path):
        path.write_text(json.dumps(self.samples, indent=1) + "\n")


def shown(value):
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def percentile(values, share):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
