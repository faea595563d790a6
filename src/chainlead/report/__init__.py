"""The report and the bundle: one case gives one report, byte for byte."""
