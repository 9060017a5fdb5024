package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"tradepost/backend/fault"
	"tradepost/backend/tabular"
	"tradepost/backend/tabular/format"
)

type profileStore interface {
	Profiles(ctx context.Context) ([]tabular.Profile, error)
	Profile(ctx context.Context, id int64) (tabular.Profile, error)
	RemoveProfile(ctx context.Context, id int64) error
	ImportProfile(ctx context.Context, importID int64) (*format.Profile, int64, error)
}

// KeptProfile is a kept mapping: how files of a layout of one's own become records.
type KeptProfile struct {
	ID          string         `json:"id"`
	ETag        string         `json:"etag"`
	Name        string         `json:"name"`
	Kind        string         `json:"kind"`
	Fingerprint string         `json:"fingerprint" doc:"A hash of the header names of the files it knows, whatever their order."`
	CreatedAt   *string        `json:"created_at" nullable:"false"`
	UpdatedAt   *string        `json:"updated_at" nullable:"false"`
	UsedAt      *string        `json:"used_at" doc:"When an import was last planned with it."`
	Mapping     format.Profile `json:"mapping"`
}

// ProfileDraft is a mapping to be kept.
type ProfileDraft struct {
	Name    string         `json:"name,omitempty" doc:"Nothing takes the mapping's own."`
	Mapping format.Profile `json:"mapping"`
}

// ProfileChange is what is to be different.
type ProfileChange struct {
	Name    *string         `json:"name,omitempty"`
	Mapping *format.Profile `json:"mapping,omitempty"`
}

type profileList struct {
	Profiles []KeptProfile `json:"profiles"`
}

// ProfileTaken is a profile that was taken from a file.
type ProfileTaken struct {
	Profile  KeptProfile `json:"profile"`
	Replaced bool        `json:"replaced" doc:"It stands in place of one of the same name."`
}

// FieldList is what the columns of a file can fill.
type FieldList struct {
	Kind      string             `json:"kind"`
	Kinds     []string           `json:"kinds"`
	Fields    []format.FieldInfo `json:"fields"`
	Functions []format.Function  `json:"functions" doc:"What expressions may use."`
}

func (s *server) registerProfiles(spec huma.API) {
	const tag = "Mappings"
	get(spec, "/api/v1/fields", about{"list-fields", "What the columns of a file can fill", tag, "imports:read"}, fieldList)
	get(spec, "/api/v1/files/{id}/columns", about{"inspect-file", "The columns of any file, with what each could mean", tag, "imports:read"}, s.inspect)
	post(spec, "/api/v1/files/{id}/mapping-preview", http.StatusOK, about{"preview-mapping", "The first records as a mapping would read them", tag, "imports:read"}, s.previewMapping)
	get(spec, "/api/v1/profiles", about{"list-profiles", "Kept mappings, the one used last first", tag, "imports:read"}, s.profiles)
	post(spec, "/api/v1/profiles", http.StatusCreated, about{"keep-profile", "Keep a mapping", tag, "imports:write"}, s.keepProfile)
	post(spec, "/api/v1/profiles/import", http.StatusOK, about{"import-profile", "Keep the mapping of a profile's file, in place of the one of its name", tag, "imports:write"}, s.takeProfile)
	get(spec, "/api/v1/profiles/{id}", about{"get-profile", "One kept mapping", tag, "imports:read"}, s.profile)
	patch(spec, "/api/v1/profiles/{id}", about{"change-profile", "Change a mapping; planned imports keep it as it was", tag, "imports:write"}, s.changeProfile)
	remove(spec, "/api/v1/profiles/{id}", about{"remove-profile", "Forget a mapping", tag, "imports:write"}, s.removeProfile)
	get(spec, "/api/v1/profiles/{id}/export", about{"export-profile", "A mapping as a profile's file, to be shared", tag, "imports:read"}, s.exportProfile)
}

func fieldList(_ context.Context, in *struct {
	Kind string `query:"kind" default:"orders" enum:"orders,products,customers,stock_counts,tracking,prices,listing_links"`
}) (*reply[FieldList], error) {
	return ok(FieldList{Kind: in.Kind, Kinds: format.Kinds(), Fields: format.FieldInfos(in.Kind), Functions: format.Functions()}, nil)
}

func (s *server) inspect(ctx context.Context, in *struct {
	ByID
	Kind           string `query:"kind" doc:"Guess for records of this kind; nothing takes the likeliest."`
	Delimiter      string `query:"delimiter"`
	Encoding       string `query:"encoding"`
	Sheet          string `query:"sheet"`
	HeaderRow      int    `query:"header_row"`
	DescriptionRow bool   `query:"description_row"`
}) (*reply[format.Inspection], error) {
	id, err := parseID(in.ID)
	if err != nil {
		return nil, err
	}
	return ok(s.Imports.Inspect(ctx, id, format.FileLayout{Sheet: in.Sheet, Encoding: in.Encoding, Delimiter: in.Delimiter, HeaderRow: in.HeaderRow,
		DescriptionRow: in.DescriptionRow}, in.Kind))
}

// MappingDraft asks how a mapping would read a file.
type MappingDraft struct {
	Mapping   format.Profile `json:"mapping"`
	Channel   string         `json:"channel,omitempty" doc:"Whose zone and currency count where the mapping says nothing."`
	Zone      string         `json:"zone,omitempty"`
	Currency  string         `json:"currency,omitempty"`
	DateOrder string         `json:"date_order,omitempty" enum:"mdy,dmy"`
	Limit     int            `json:"limit,omitempty" minimum:"1" maximum:"100" default:"10"`
}

// MappingPreview is what a mapping makes of a file.
type MappingPreview struct {
	Kind           string          `json:"kind"`
	Rows           int             `json:"rows" doc:"Data rows of the file."`
	Records        []PreviewRecord `json:"records"`
	Problem        *fault.Problem  `json:"problem" doc:"Why the mapping cannot read the file; null when it can."`
	Field          string          `json:"field" doc:"The place of the mapping that the problem is about: columns.3.transform."`
	ZoneNeeded     bool            `json:"zone_needed"`
	CurrencyNeeded bool            `json:"currency_needed"`
	DateOrder      string          `json:"date_order" doc:"What the file's dates prove: mdy, dmy, mixed, or nothing."`
}

// PreviewRecord is a record as it would be read.
type PreviewRecord struct {
	Ordinal  int                   `json:"ordinal"`
	Rows     []int                 `json:"rows"`
	Name     string                `json:"name"`
	Values   []format.FieldValue   `json:"values"`
	Lines    [][]format.FieldValue `json:"lines" doc:"Of an order."`
	Clears   []string              `json:"clears" doc:"Fields that it empties."`
	Problems []fault.Problem       `json:"problems"`
	Warnings []fault.Problem       `json:"warnings"`
}

func (s *server) previewMapping(ctx context.Context, in *struct {
	ByID
	Body MappingDraft
}) (*reply[MappingPreview], error) {
	id, err := parseID(in.ID)
	if err != nil {
		return nil, err
	}
	body := MappingPreview{Kind: in.Body.Mapping.Kind, Records: []PreviewRecord{}}
	rec, records, err := s.Imports.PreviewMapping(ctx, in.Body.Mapping, tabular.Request{FileID: id, Channel: in.Body.Channel, Zone: in.Body.Zone,
		Currency: in.Body.Currency, DateOrder: in.Body.DateOrder}, max(in.Body.Limit, 1))
	if fault.Is(err, fault.Invalid) {
		problem := fault.ProblemOf(err)
		body.Problem, body.Field = &problem, fault.Of(err).Field
		return ok(body, nil)
	}
	for _, r := range records {
		body.Records = append(body.Records, previewOf(r))
	}
	body.Rows, body.ZoneNeeded, body.CurrencyNeeded, body.DateOrder = rec.Rows, rec.ZoneNeeded, rec.CurrencyNeeded, rec.DateOrder
	return ok(body, err)
}

func previewOf(r format.Record) PreviewRecord {
	values, lines := r.Values()
	rows := make([]int, len(r.Rows))
	for i, row := range r.Rows {
		rows[i] = row.Number
	}
	clears, name := r.Order.Clear, r.Key
	if r.Stated.Kind != "" {
		clears = r.Stated.Clear
	}
	return PreviewRecord{Ordinal: r.Ordinal, Rows: rows, Name: name, Values: list(values), Lines: list(lines), Clears: list(clears), Problems: list(r.Problems),
		Warnings: list(r.Warnings)}
}

func profileOf(p tabular.Profile) KeptProfile {
	return KeptProfile{ID: idText(p.ID), ETag: idText(p.Seq), Name: p.Body.Name, Kind: p.Body.Kind, Fingerprint: p.Body.Fingerprint, CreatedAt: when(p.CreatedAt),
		UpdatedAt: when(p.UpdatedAt), UsedAt: when(p.UsedAt), Mapping: p.Body}
}

func (s *server) profiles(ctx context.Context, _ *none) (*reply[profileList], error) {
	all, err := s.Store.Profiles(ctx)
	body := profileList{Profiles: []KeptProfile{}}
	for _, p := range all {
		body.Profiles = append(body.Profiles, profileOf(p))
	}
	return ok(body, err)
}

func (s *server) keepProfile(ctx context.Context, in *struct{ Body ProfileDraft }) (*reply[KeptProfile], error) {
	if in.Body.Name != "" {
		in.Body.Mapping.Name = in.Body.Name
	}
	p, err := s.Imports.SaveProfile(ctx, in.Body.Mapping)
	return ok(profileOf(p), err)
}

func (s *server) takeProfile(ctx context.Context, in *struct{ Body format.Profile }) (*reply[ProfileTaken], error) {
	p, replaced, err := s.Imports.TakeProfile(ctx, in.Body)
	return ok(ProfileTaken{profileOf(p), replaced}, err)
}

func (s *server) profile(ctx context.Context, in *ByID) (*reply[KeptProfile], error) {
	id, err := parseID(in.ID)
	if err != nil {
		return nil, err
	}
	p, err := s.Store.Profile(ctx, id)
	return ok(profileOf(p), err)
}

func (s *server) exportProfile(ctx context.Context, in *ByID) (*reply[format.Profile], error) {
	id, err := parseID(in.ID)
	if err != nil {
		return nil, err
	}
	p, err := s.Store.Profile(ctx, id)
	return ok(p.Body, err)
}

func (s *server) changeProfile(ctx context.Context, in *struct {
	Versioned
	Body ProfileChange
}) (*reply[KeptProfile], error) {
	id, seq, err := in.parse()
	if err != nil {
		return nil, err
	}
	p, err := s.Store.Profile(ctx, id)
	if err != nil {
		return nil, err
	}
	name := p.Body.Name
	if in.Body.Mapping != nil {
		p.Body = *in.Body.Mapping
		p.Body.Name = or(p.Body.Name, name)
	}
	lay(map[*string]*string{&p.Body.Name: in.Body.Name})
	p, err = s.Imports.ReviseProfile(ctx, id, p.Body, seq)
	return ok(profileOf(p), err)
}

func (s *server) removeProfile(ctx context.Context, in *ByID) (*none, error) {
	id, err := parseID(in.ID)
	if err != nil {
		return nil, err
	}
	return nil, s.Store.RemoveProfile(ctx, id)
}

// mappedBy says by which mapping an import is read, under the name it had then.
func (s *server) mappedBy(ctx context.Context, importID int64, body *Import) {
	if p, id, err := s.Store.ImportProfile(ctx, importID); err == nil && p != nil {
		body.FormatName, body.Profile = p.Name, optionalID(id)
	}
}
