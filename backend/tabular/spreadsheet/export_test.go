package spreadsheet

// KeepRows makes a writer's sheets hold fewer rows than Excel's do, to see what happens at the end of one.
func (w *Writer) KeepRows(most int) { w.most = most }
