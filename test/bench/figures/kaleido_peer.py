"""Draws the samples (a file of Plotly's JSON) with plotly and kaleido as SVG; prints milliseconds as JSON."""

import json
import sys
import time

start = time.perf_counter()
import kaleido
import plotly.graph_objects as go

# Keeps one browser for all pictures: kaleido's fastest way.
kaleido.start_sync_server(silence_warnings=True)
imported = time.perf_counter() - start
times = []
for figure in json.load(open(sys.argv[1])):
    begin = time.perf_counter()
    go.Figure(data=figure["data"], layout=figure["layout"]).to_image(format="svg")
    times.append(1000 * (time.perf_counter() - begin))
kaleido.stop_sync_server()
print(json.dumps({"imported": 1000 * imported, "first": times[0], "later": times[1:]}))
