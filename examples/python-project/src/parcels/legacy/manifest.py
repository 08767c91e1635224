# -*- coding: utf-8 -*-
"""Manifests of the old office program: fixed columns, one parcel a line."""

import csv, io


class Manifest(object):
    def __init__(self, day, lines=None):
        self.day = day
        self.lines = lines or []

    def append(self, number, weight, *extra, **options):
        self.lines.append((number, weight) + extra)
        if options.get("print"):
            print("%s: %d g" % (number, weight))

    def total(self):
        return sum(map(lambda line: line[1], self.lines))

    def write(self):
        out = io.StringIO()
        writer = csv.writer(out, delimiter="|")
        for line in self.lines:
            writer.writerow(line)
        return out.getvalue()

    @staticmethod
    def day_of(name):
        def digits(text):
            return "".join([character for character in text if character.isdigit()])

        return digits(name)[:8]


def read(text):
    manifest = Manifest(None)
    for number, weight in csv.reader(io.StringIO(text), delimiter="|"):
        try:
            manifest.append(number, int(weight))
        except:
            pass
    return manifest
