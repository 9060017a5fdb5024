package tabular

import (
	"bytes"
	"encoding/json"
	"io"

	"tradepost/backend/tabular/delimited"
	"tradepost/backend/tabular/format"
)

// objectWriter writes rows back as JSON: a list of objects, or one a line, as the file had them. Values are texts, which
// are read back as the numbers they are; a blank one is null.
type objectWriter struct {
	to   io.Writer
	like format.Recognition
	keys [][]byte
	text bytes.Buffer
	rows int
}

func newObjectWriter(to io.Writer, like format.Recognition, columns []string) (*objectWriter, error) {
	w := &objectWriter{to: to, like: like}
	for i, name := range columns {
		if i < len(like.Columns) {
			name = like.Key(i)
		}
		key, err := jsonText(name)
		if err != nil {
			return nil, err
		}
		w.keys = append(w.keys, key)
	}
	return w, nil
}

// jsonText is a text in JSON, with its signs as they are.
func jsonText(text string) ([]byte, error) {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(text)
	return bytes.TrimSuffix(out.Bytes(), []byte("\n")), err
}

func (w *objectWriter) Write(cells []string) error {
	w.text.Reset()
	w.text.WriteString(w.between())
	w.rows++
	for i, cell := range cells[:min(len(cells), len(w.keys))] {
		w.text.WriteByte("{,"[min(i, 1)])
		w.text.Write(w.keys[i])
		value := []byte("null")
		if cell != "" {
			if w.like.Exact() {
				cell = delimited.Unguard(cell)
			}
			var err error
			if value, err = jsonText(cell); err != nil {
				return err
			}
		}
		w.text.WriteByte(':')
		w.text.Write(value)
	}
	w.text.WriteByte('}')
	_, err := w.to.Write(w.text.Bytes())
	return err
}

// between is what stands before the next object.
func (w *objectWriter) between() string {
	switch {
	case w.like.ListOfObjects() && w.rows == 0:
		return "[\n"
	case w.like.ListOfObjects():
		return ",\n"
	case w.rows == 0:
		return ""
	}
	return "\n"
}

func (w *objectWriter) Close() error {
	end := "\n"
	switch {
	case w.like.ListOfObjects() && w.rows == 0:
		end = "[]\n"
	case w.like.ListOfObjects():
		end = "\n]\n"
	}
	_, err := io.WriteString(w.to, end)
	return err
}
