package spreadsheet

// KeepRows makes a writer's sheets hold fewer rows than Excel's do, to see what happens at the end of one.
func (w *Writer) KeepRows(most int) { w.most = most }

// Texts is a table of shared strings that keeps few bytes in memory.
type Texts struct{ table }

// NewTexts makes a table that keeps so many bytes in memory.
func NewTexts(most int) *Texts { return &Texts{table{most: most}} }

// Add, Get and Close are those of the table; Aside tells how many bytes lie in its file.
func (t *Texts) Add(text string) error { return t.add([]byte(text)) }

func (t *Texts) Get(number int) (string, bool, error) {
	text, ok, err := t.appendTo(nil, number)
	return string(text), ok, err
}

func (t *Texts) Close() error { return t.close() }

func (t *Texts) Aside() int64 { return t.size }
