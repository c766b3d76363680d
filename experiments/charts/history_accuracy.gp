# section: training
# number: 2
# title: Accuracy
# caption: The circle marks the epoch whose weights count.
# empty: no epoch of this run is recorded
# data: history
# height: 320

load scripts.'history.gp'
