# section: compare
# number: 2
# title: Accuracy
# caption: Solid lines are validation, dashed ones training.
# empty: neither run has recorded an epoch
# data: compare_history
# height: 340

load scripts.'compare_history.gp'
