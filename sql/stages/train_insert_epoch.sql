-- An epoch has ended.
INSERT INTO epoch (
    run, epoch, learning_rate, train_loss, train_accuracy, validation_loss, validation_accuracy,
    average_loss, average_accuracy, seconds, images_per_second, ended_at
)
VALUES (
    :run, :epoch, :learning_rate, :train_loss, :train_accuracy, :validation_loss,
    :validation_accuracy, :average_loss, :average_accuracy, :seconds, :images_per_second, :ended_at
);
