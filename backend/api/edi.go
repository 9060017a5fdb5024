package api

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"reflect"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"tradepost/backend/edi"
	"tradepost/backend/edi/desk"
	"tradepost/backend/edi/trade"
	"tradepost/backend/fault"
)

// ediPath takes EDI as a stream: pasted, or a file's bytes.
const ediPath = "/api/view/edi"

// mostEDI is how long a text may be that a page looks at; longer files are for the command.
const mostEDI = 32 << 20

var ediLookType = reflect.TypeFor[EdiLook]()

// EdiLook is everything a page shows of EDI: what it means, what is wrong, what the answer would be. Nothing is kept.
type EdiLook struct {
	Explanation     edi.Explanation `json:"explanation"`
	Acknowledgement string          `json:"acknowledgement" doc:"What would answer it; empty where nothing is to be acknowledged."`
	Figures         []EdiFigures    `json:"figures" doc:"Of documents that say something in numbers, such as sales, stock and payments."`
}

// EdiFigures are the figures of one document.
type EdiFigures struct {
	Document int `json:"document" doc:"Its place among the documents of the explanation, from 0."`
	trade.Figures
}

func (s *server) registerEDI(spec huma.API) {
	post(spec, ediPath+"/path", http.StatusOK, about{"look-at-edi-file", "What an EDI file on this computer says and what is wrong with it", "EDI", "files:path"},
		func(_ context.Context, in *struct {
			Body struct {
				Path string `json:"path" minLength:"1"`
			}
		}) (*reply[EdiLook], error) {
			source, err := os.Open(in.Body.Path)
			if err != nil {
				return nil, fault.Wrap(err, fault.NotFound, "The file "+in.Body.Path+" cannot be read.", "Check that it is there and may be read.").InField("path")
			}
			defer func() { _ = source.Close() }()
			return ok(lookAtEDI(source))
		})
}

// registerEDIStream adds the endpoint that takes EDI as its body, and describes it.
func (s *server) registerEDIStream(mux *http.ServeMux, spec huma.API) {
	mux.HandleFunc("POST "+ediPath, scoped("edi:read", func(w http.ResponseWriter, r *http.Request) {
		look, err := lookAtEDI(r.Body)
		if err != nil {
			writeProblem(w, err)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(look)
	}))
	spec.OpenAPI().AddOperation(&huma.Operation{OperationID: "look-at-edi", Method: http.MethodPost, Path: ediPath, Tags: []string{"EDI"},
		Summary: "What EDI says and what is wrong with it; its bytes are the body", Security: []map[string][]string{{"token": {"edi:read"}}},
		Extensions:  map[string]any{"x-scope": "edi:read"},
		RequestBody: &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{"application/octet-stream": {Schema: &huma.Schema{Type: "string", Format: "binary"}}}},
		Responses: map[string]*huma.Response{"200": {Description: "In words", Content: map[string]*huma.MediaType{
			"application/json": {Schema: spec.OpenAPI().Components.Schemas.Schema(ediLookType, true, "EdiLook")}}}}})
}

// lookAtEDI explains EDI and works out its answer.
func lookAtEDI(source io.Reader) (EdiLook, error) {
	text, err := io.ReadAll(io.LimitReader(source, mostEDI+1))
	if err != nil {
		return EdiLook{}, fmt.Errorf("reading EDI: %w", err)
	}
	if len(text) > mostEDI {
		return EdiLook{}, fault.New(fault.Invalid, "This is longer than a page can show.", "Look at it with: tradepost edi lint FILE").InField("file")
	}
	explanation, err := desk.Explain(bytes.NewReader(text), desk.Options{})
	if err != nil {
		return EdiLook{}, err
	}
	var answer bytes.Buffer
	if _, _, err := desk.Acknowledge(bytes.NewReader(text), &answer, desk.Options{}, desk.Answering{Now: time.Now(), Control: 1, Lines: true}); err != nil {
		return EdiLook{}, err
	}
	figures, err := ediFigures(text)
	return EdiLook{Explanation: *explanation, Acknowledgement: answer.String(), Figures: figures}, err
}

// ediFigures reads what the documents of a text say in numbers.
func ediFigures(text []byte) ([]EdiFigures, error) {
	all := []EdiFigures{}
	documents, err := desk.Read(bytes.NewReader(text), desk.Options{})
	at := 0
	for i := range documents {
		if documents[i].Type == "TA1" { // stands outside of documents
			continue
		}
		if figures := documents[i].Figures(); figures != nil {
			all = append(all, EdiFigures{at, *figures})
		}
		at++
	}
	return all, err
}
