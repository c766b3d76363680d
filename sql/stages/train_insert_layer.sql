-- One layer of a run's net.
INSERT INTO layer (
    run, layer, kind, text, height, width, channels, parameters, trainable, macs, path
)
VALUES (
    :run, :layer, :kind, :text, :height, :width, :channels, :parameters, :trainable, :macs, :path
);
