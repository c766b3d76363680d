# section: compare
# number: 1
# title: Loss
# caption: Solid lines are validation, dashed ones training.
# empty: neither run has recorded an epoch
# data: compare_history
# needs: loss
# height: 340

load scripts.'compare_history.gp'
