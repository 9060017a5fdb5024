package sim

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
)

// bulkTakes is how long a bulk operation runs, and bulksAtOnce how many a shop runs for an app.
const (
	bulkTakes   = 40 * time.Second
	bulksAtOnce = 5
)

// bulkRun is a bulk operation.
type bulkRun struct {
	id, query string
	scopes    map[string]bool
	done      time.Time
	failed    bool
	file      []byte // once it is done
}

// FailBulks lets the bulk operations that are begun from now on fail.
func (s *Shop) FailBulks() { s.set(func() { s.bulkFails = true }) }

// Bulks counts the bulk operations that were begun.
func (s *Shop) Bulks() int {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return len(s.bulks)
}

// runBulk begins a bulk operation, or says what its query has that such a query must not have.
func (c *call) runBulk(args map[string]any) (any, error) {
	query, _ := args["query"].(string)
	refuse := func(code, words string) object {
		return object{"__typename": "BulkOperationRunQueryPayload", "bulkOperation": object(nil),
			"userErrors": []object{{"__typename": "BulkOperationUserError", "field": []string{"query"}, "message": words, "code": code}}}
	}
	running := 0
	for _, b := range c.bulks {
		if c.desk.Now().Before(b.done) {
			running++
		}
	}
	if running >= bulksAtOnce {
		return refuse("OPERATION_IN_PROGRESS", "A bulk query operation for this app and shop is already in progress."), nil
	}
	b := &bulkRun{query: query, scopes: c.scopes, done: c.desk.Now().Add(bulkTakes), failed: c.bulkFails}
	if _, err := c.bulkFile(b); err != nil {
		return refuse("INVALID", err.Error()), nil
	}
	b.id = gid("BulkOperation", c.id("BulkOperation"))
	c.bulks = append(c.bulks, b)
	return object{"__typename": "BulkOperationRunQueryPayload", "bulkOperation": c.bulkTold(b), "userErrors": []object{}}, nil
}

// bulkTold is a bulk operation as it stands. Its file is written once it is over, of what there is by then.
func (c *call) bulkTold(b *bulkRun) object {
	told := object{"__typename": "BulkOperation", "id": b.id, "status": "RUNNING", "url": nil}
	switch over := !c.desk.Now().Before(b.done); {
	case over && b.failed:
		told["status"] = "FAILED"
	case over:
		told["status"] = "COMPLETED"
		if b.file == nil {
			b.file, _ = c.bulkFile(b)
		}
		if len(b.file) > 0 {
			told["url"] = "http://" + c.host + "/bulk/" + numberOf(b.id) + ".jsonl"
		}
	}
	return told
}

// bulkFile runs a query over everything, and writes each row of a list as a line, behind that of what it hangs on.
func (c *call) bulkFile(b *bulkRun) ([]byte, error) {
	d, err := parse(b.query)
	if err != nil {
		return nil, err
	}
	if d.kind != "query" || len(d.inner) != 1 {
		return nil, &refusal{"INVALID", "Bulk queries must have one top level field."}
	}
	as := &call{Shop: c.Shop, scopes: b.scopes, query: b.query}
	data, err := (&answerer{document: d}).object(as.root(), d.inner)
	if err != nil {
		return nil, err
	}
	w := &bulkWriter{lists: map[string]bool{}}
	if err := w.rows(data[d.inner[0].alias], nil, d.inner[0].alias, 0); err != nil {
		return nil, err
	}
	if len(w.lists) > 5 {
		return nil, &refusal{"INVALID", "Bulk queries cannot contain more than 5 connections."}
	}
	return w.text.Bytes(), nil
}

// bulkWriter writes the rows of lists, and counts the lists that a query has.
type bulkWriter struct {
	text  bytes.Buffer
	lists map[string]bool
}

func (w *bulkWriter) rows(list any, parent any, path string, depth int) error {
	pages, _ := list.(object)
	edges, is := pages["edges"].([]any)
	if !is {
		return &refusal{"INVALID", "Bulk queries must contain at least one connection with edges."}
	}
	if w.lists[path] = true; depth > 2 {
		return &refusal{"INVALID", "Bulk queries cannot contain connections with a nesting depth greater than 2."}
	}
	for _, edge := range edges {
		row, _ := edge.(object)["node"].(object)
		if err := w.row(row, parent, path, depth); err != nil {
			return err
		}
	}
	return nil
}

func (w *bulkWriter) row(row object, parent any, path string, depth int) error {
	line, inner := object{}, []string{}
	for name, value := range row {
		if one, is := value.(object); is && one["edges"] != nil {
			inner = append(inner, name)
			continue
		}
		if hasEdges(value) {
			return &refusal{"INVALID", "Queries that contain a connection field within a list field are not supported."}
		}
		line[name] = value
	}
	if parent != nil {
		line["__parentId"] = parent
	}
	text, _ := json.Marshal(line) //nolint:errchkjson // only what was answered before
	w.text.Write(append(text, '\n'))
	for _, name := range inner {
		if err := w.rows(row[name], row["id"], path+"."+name, depth+1); err != nil {
			return err
		}
	}
	return nil
}

// hasEdges looks for a list with pages inside of a list without.
func hasEdges(value any) bool {
	switch v := value.(type) {
	case object:
		for name, inner := range v {
			if name == "edges" || hasEdges(inner) {
				return true
			}
		}
	case []any:
		return slices.ContainsFunc(v, hasEdges)
	}
	return false
}

// serveBulk gives a file, or the piece of it that is asked for.
func (s *Shop) serveBulk(w http.ResponseWriter, r *http.Request) {
	s.mutex.Lock()
	var file []byte
	for _, b := range s.bulks {
		if fmt.Sprintf("%s.jsonl", numberOf(b.id)) == r.PathValue("file") {
			file = b.file
		}
	}
	s.mutex.Unlock()
	if file == nil || strings.HasPrefix(r.Header.Get("X-Shopify-Access-Token"), "shp") {
		http.Error(w, "no such file", http.StatusNotFound)
		return
	}
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(file))
}
