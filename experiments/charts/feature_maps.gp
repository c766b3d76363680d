# section: model
# number: 2
# for: images
# title: Feature maps
# caption: What each layer makes of one image: its first eight maps; the units of a dense layer
#   stand in one square. Dark is the layer's greatest value.
# empty: the run has no weights
# height: 62 + 40 * rows

# One image on its way through the net, a row a layer, up to eight maps each; dark is the layer's
# greatest value, white its least.
note = ' · '.image_text
@heading
columns = 8; cell_w = 38.5; cell_h = 40
load scripts.'tiles.gp'
# The layers' names stand at the left.
cx(i) = 152 + (int(i) % columns) * cell_w
size = 35; px = 0; py = 2
plot for [i = 0:tiles - 1] data.'feature_maps.bin' @tile @picture, \
     data.'feature_maps.tsv' using (14):(column('row') * cell_h + 13):(strcol('layer')) \
        with labels left font 'Arial,11' tc rgb ink, \
     '' using (14):(column('row') * cell_h + 28):(strcol('shape')) \
        with labels left font 'Arial,10' tc rgb muted
