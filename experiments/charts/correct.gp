# section: gallery
# number: 2
# for: images
# title: Correct predictions
# caption: A fixed draw from all classes.
# empty: no image was read correctly, or the run has not been evaluated on images with labels
# height: 62 + 82 * ceil(rows / 3.0)

# Images read correctly, with the three most probable classes.
@heading
columns = 3; cell_w = 152; cell_h = 82
load scripts.'tiles.gp'
size = 56; px = 0; py = 18
bar(k) = column('percent'.k) * 0.82
file = data.'correct.tsv'
# What is longer than a digit is not said twice.
both(s) = strlen(s) > 5 ? s : s.' → '.s
plot for [i = 0:rows - 1] data.'correct.bin' @tile @picture, \
     file using (cx($0)):(cy($0) + 9): \
        (sprintf('%s  %.2f %%', both(strcol('actual_label')), column('confidence'))) \
        with labels left font 'Arial,10' tc rgb ink, \
     for [k = 1:3] file using (0):(0):(cx($0) + 62):(cx($0) + 62.5 + bar(k)): \
        (cy($0) + 18 * k + 2):(cy($0) + 18 * k + 16) \
        with boxxyerror fc rgb (k == 1 ? '#800072b2' : '#a0666666'), \
     for [k = 1:3] file using (cx($0) + 65):(cy($0) + 18 * k + 9):(strcol('label'.k)) \
        with labels left font 'Arial,10' tc rgb ink
