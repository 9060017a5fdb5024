package api

import (
	"bytes"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"tradepost/backend/fault"
	"tradepost/backend/tabular/export"
)

// registerPurchaseDocument adds the order as it is given to its supplier, and describes it.
func (s *server) registerPurchaseDocument(mux *http.ServeMux, spec huma.API) {
	const path = "/api/v1/purchases/{id}/document"
	mux.HandleFunc("GET "+path, scoped("purchases:read", s.purchaseDocument))
	text := &huma.Schema{Type: "string"}
	spec.OpenAPI().AddOperation(&huma.Operation{OperationID: "get-purchase-document", Method: http.MethodGet, Path: path, Tags: []string{"Purchasing"},
		Summary: "A purchase order as it is given to the supplier", Security: []map[string][]string{{"token": {"purchases:read"}}}, Extensions: map[string]any{"x-scope": "purchases:read"},
		Parameters: []*huma.Param{{Name: "id", In: "path", Required: true, Schema: text},
			{Name: "format", In: "query", Schema: &huma.Schema{Type: "string", Enum: []any{"pdf", "csv"}, Default: "pdf"}}},
		Responses: map[string]*huma.Response{"200": {Description: "The document", Content: map[string]*huma.MediaType{"application/octet-stream": {Schema: text}}}}})
}

func (s *server) purchaseDocument(w http.ResponseWriter, r *http.Request) {
	format := or(r.URL.Query().Get("format"), "pdf")
	name, document, err := s.drawPurchase(r, format)
	if err != nil {
		writeProblem(w, err)
		return
	}
	w.Header().Set("Content-Type", map[string]string{"pdf": "application/pdf", "csv": "text/csv; charset=utf-8"}[format])
	w.Header().Set("Content-Disposition", "attachment; filename*=UTF-8''"+escapeName(name))
	_, _ = w.Write(document) //nolint:gosec // a PDF or a table to be saved, no page
}

func (s *server) drawPurchase(r *http.Request, format string) (name string, document []byte, err error) {
	id, err := parseID(r.PathValue("id"))
	if err != nil {
		return "", nil, err
	}
	o, err := s.Store.Purchase(r.Context(), id)
	if err != nil {
		return "", nil, err
	}
	supplier, err := s.Store.Supplier(r.Context(), o.SupplierID)
	if err != nil {
		return "", nil, err
	}
	values, _, err := s.Store.Settings(r.Context())
	if err != nil {
		return "", nil, err
	}
	p := export.Purchase{Order: o, Buyer: values["company"], Supplier: supplier.Contact, Name: supplier.Name, Zone: s.Store.Zone()}
	var drawn bytes.Buffer
	switch format {
	case "pdf":
		err = p.PDF(&drawn)
	case "csv":
		err = p.CSV(&drawn)
	default:
		err = fault.New(fault.Invalid, "A purchase order is written as pdf or csv.", "Ask for one of these.").InField("format")
	}
	return o.Number + "." + format, drawn.Bytes(), err
}
