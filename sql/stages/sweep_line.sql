-- What came of a trial, as a line of text.
SELECT printf(
    'trial %d%s: %s, seed %d%s: %s',
    trial,
    iif(halving IS NULL, '', printf(' (rung %d)', rung)),
    settings,
    seed,
    ifnull(', fold ' || fold, ''),
    iif(state = 'done',
        printf('run %d, validation loss %.4f, accuracy %.2f %%', run, validation_loss,
               100 * validation_accuracy),
        ifnull(message, state)))
FROM trial_result
WHERE trial = :trial;
