# section: training
# number: 1
# title: Loss
# caption: Training loss is the mean over an epoch's steps, with dropout; validation loss is
#   measured at the epoch's end.
# empty: no epoch of this run with a loss that is a number is recorded
# data: history
# needs: loss
# height: 320

load scripts.'history.gp'
