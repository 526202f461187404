"""Starts the product and its servers on a machine that has nothing but Python.

`python -m dealership.launcher with-servers -- COMMAND` runs a command against throwaway servers;
`python -m dealership.launcher demo` runs the whole product and keeps its data in `.data/`.
Nothing here is imported by Django.
"""
