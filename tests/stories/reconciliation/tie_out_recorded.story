# REC-8: a tie-out is recorded once, broken if any result says why
service reconciliation
when RecordTieOut
    tie_out_id tie-1
    results[0].entity_id de
    results[0].currency EUR
    results[0].incoming_minor 100
    results[0].items_minor 100
    results[0].journal_minor 100
then TieOutProved tie_out/tie-1
    tie_out_id tie-1
    results[0].entity_id de
    results[0].currency EUR
    results[0].incoming_minor 100
    results[0].items_minor 100
    results[0].journal_minor 100

when RecordTieOut
    tie_out_id tie-1
refused TIE_OUT_EXISTS tie_out_id

when RecordTieOut
    tie_out_id tie-2
    results[0].entity_id de
    results[0].currency EUR
    results[0].breaks[0] JOURNAL_DIFFERS
    results[0].documents[0] document 4711
then TieOutBroken tie_out/tie-2
    tie_out_id tie-2
    results[0].entity_id de
    results[0].currency EUR
    results[0].documents[0] document 4711
    results[0].breaks[0] JOURNAL_DIFFERS
