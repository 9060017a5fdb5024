package tabular

import (
	"context"
	"fmt"
	"hash/maphash"
	"strings"

	"tradepost/backend/commerce"
	"tradepost/backend/fault"
	"tradepost/backend/tabular/format"
)

// Profile is a person's own mapping as it is kept.
type Profile struct {
	ID        int64
	Body      format.Profile
	CreatedAt commerce.Instant
	UpdatedAt commerce.Instant
	UsedAt    commerce.Instant // 0: not yet
	Seq       int64
}

// ProfileStore is where mappings and corrections are kept.
type ProfileStore interface {
	// Profiles lists all, the one used last first.
	Profiles(ctx context.Context) ([]Profile, error)
	Profile(ctx context.Context, id int64) (Profile, error)
	ProfileNamed(ctx context.Context, name string) (p Profile, found bool, err error)
	AddProfile(ctx context.Context, p *Profile) error
	ReviseProfile(ctx context.Context, p *Profile, ifSeq int64) error
	RemoveProfile(ctx context.Context, id int64) error
	// ImportProfile reads the mapping that an import uses, with the id of the profile it was; nil when it uses none.
	ImportProfile(ctx context.Context, importID int64) (*format.Profile, int64, error)
	// Edits lists the corrections of an import in the order they were made.
	Edits(ctx context.Context, importID int64) ([]Edit, error)
}

// SaveProfile keeps a new mapping. A name that is taken is a fault.Conflict.
func (im *Importer) SaveProfile(ctx context.Context, body format.Profile) (Profile, error) {
	p, err := named(body)
	if err != nil {
		return p, err
	}
	return p, im.store.AddProfile(ctx, &p)
}

// ReviseProfile writes a mapping anew. Imports that were planned with it keep it as it was.
func (im *Importer) ReviseProfile(ctx context.Context, id int64, body format.Profile, ifSeq int64) (Profile, error) {
	known, err := im.store.Profile(ctx, id)
	if err != nil {
		return known, err
	}
	p, err := named(body)
	if err != nil {
		return p, err
	}
	known.Body = p.Body
	return known, im.store.ReviseProfile(ctx, &known, ifSeq)
}

// TakeProfile keeps the profile of a file, in place of the one of its name if there is one.
func (im *Importer) TakeProfile(ctx context.Context, body format.Profile) (p Profile, replaced bool, err error) {
	if p, err = named(body); err != nil {
		return p, false, err
	}
	known, found, err := im.store.ProfileNamed(ctx, p.Body.Name)
	if err != nil {
		return p, false, err
	}
	if !found {
		return p, false, im.store.AddProfile(ctx, &p)
	}
	known.Body = p.Body
	return known, true, im.store.ReviseProfile(ctx, &known, known.Seq)
}

// longestName bounds the name of a profile.
const longestName = 100

func named(body format.Profile) (Profile, error) {
	body.Name = strings.TrimSpace(body.Name)
	if body.Name == "" || len(body.Name) > longestName {
		return Profile{}, fault.New(fault.Invalid, "The mapping needs a name.", fmt.Sprintf("Name it in at most %d characters.", longestName)).InField("name")
	}
	settled, err := body.Settled()
	return Profile{Body: settled}, err
}

// Inspect looks at a kept file: how it is laid out, its columns, and what each could mean.
func (im *Importer) Inspect(ctx context.Context, fileID int64, layout format.FileLayout, kind string) (format.Inspection, error) {
	if _, err := im.store.File(ctx, fileID); err != nil {
		return format.Inspection{}, err
	}
	return format.Inspect(ctx, im.source(fileID), layout, kind)
}

// PreviewMapping reads the first n records of a kept file as a mapping would, for the channel and answers of the request.
func (im *Importer) PreviewMapping(ctx context.Context, body format.Profile, request Request, n int) (format.Recognition, []format.Record, error) {
	if _, err := im.store.File(ctx, request.FileID); err != nil {
		return format.Recognition{}, nil, err
	}
	request = request.answeredBy(body)
	i, err := im.settle(ctx, Import{Channel: request.Channel, DateOrder: request.DateOrder}, request)
	if err != nil {
		return format.Recognition{}, nil, err
	}
	options, err := i.options()
	if err != nil {
		return format.Recognition{}, nil, err
	}
	return format.Preview(ctx, im.source(request.FileID), body, options, n)
}

// answeredBy fills in what a profile answers and the request leaves open.
func (r Request) answeredBy(p format.Profile) Request {
	for into, from := range map[*string]string{&r.Zone: p.Zone, &r.Currency: p.Currency, &r.DateOrder: p.DateOrder} {
		if *into == "" {
			*into = from
		}
	}
	return r
}

// found is what a file was found to be, and the mapping to read it by, if that is one.
type found struct {
	format.Recognition

	profile   *format.Profile
	profileID int64
}

// find settles how the file of a request is read: by the profile or as the format it names, else as what it is found to
// be.
func (im *Importer) find(ctx context.Context, request Request) (found, error) {
	if request.Profile != 0 {
		p, err := im.store.Profile(ctx, request.Profile)
		if err != nil {
			return found{}, err
		}
		rec, err := im.readBy(ctx, request.FileID, format.How{Profile: &p.Body, Sheet: request.Sheet})
		return found{rec, &p.Body, p.ID}, err
	}
	if request.Format != "" && request.Format != "auto" && request.Format != format.ProfileFormat {
		rec, err := im.readBy(ctx, request.FileID, format.How{Format: request.Format, Sheet: request.Sheet})
		return found{Recognition: rec}, err
	}
	if rec, isEDI, err := im.ofEDI(ctx, request.FileID); isEDI || err != nil {
		return found{Recognition: rec}, err
	}
	known, err := im.knownProfiles(ctx)
	if err != nil {
		return found{}, err
	}
	if len(known) == 0 {
		rec, err := im.readBy(ctx, request.FileID, format.How{Sheet: request.Sheet})
		return found{Recognition: rec}, err
	}
	rec, k, err := format.RecogniseKnown(ctx, im.sheetOf(request), known)
	if k == nil {
		return found{Recognition: rec}, err
	}
	return found{rec, &k.Profile, k.ID}, err
}

// sheetOf is the file of a request, of which a sheet may be named.
func (im *Importer) sheetOf(request Request) format.Source {
	if request.Sheet == "" {
		return im.source(request.FileID)
	}
	return format.OnSheet(im.source(request.FileID), request.Sheet)
}

// knownProfiles are the mappings that files are recognised by.
func (im *Importer) knownProfiles(ctx context.Context) ([]format.Known, error) {
	all, err := im.store.Profiles(ctx)
	known := make([]format.Known, len(all))
	for i, p := range all {
		known[i] = format.Known{Profile: p.Body, ID: p.ID, When: p.UpdatedAt.Time().In(im.store.Zone()).Format("2 January 2006")}
	}
	return known, err
}

// reading is how the file of an import is read, again and again the same: what it was recognised as, by the mapping it
// was planned with, with the corrections made since, and with the answers it has.
func (im *Importer) reading(ctx context.Context, i Import) (format.Recognition, format.Options, error) {
	how := format.How{Format: i.Format, Sheet: i.Sheet}
	options, err := i.options()
	if err != nil {
		return format.Recognition{}, options, err
	}
	if how.Profile, _, err = im.store.ImportProfile(ctx, i.ID); err != nil {
		return format.Recognition{}, options, err
	}
	edits, err := im.store.Edits(ctx, i.ID)
	if err != nil {
		return format.Recognition{}, options, err
	}
	for _, e := range edits {
		how.Edits = append(how.Edits, e.laid())
	}
	if how.Profile != nil {
		options = how.Profile.Answer(options)
	}
	rec, err := im.readBy(ctx, i.FileID, how)
	return rec, options, err
}

var howSeed = maphash.MakeSeed()

// readBy recognises a kept file that is to be read in a given way; what was found is remembered for a while.
func (im *Importer) readBy(ctx context.Context, fileID int64, how format.How) (format.Recognition, error) {
	if how.Profile == nil && len(how.Edits) == 0 && how.Sheet == "" {
		return im.recognise(ctx, fileID, how.Format)
	}
	key := fmt.Sprintf("%d %s %q %v", fileID, how.Format, how.Sheet, how.Edits)
	if how.Profile != nil {
		body, err := how.Profile.JSON()
		if err != nil {
			return format.Recognition{}, fmt.Errorf("writing mapping: %w", err)
		}
		key += string(body)
	}
	key = fmt.Sprintf("%d %x", fileID, maphash.String(howSeed, key))
	if known, ok := im.known.get(key); ok {
		return known, nil
	}
	rec, err := format.RecogniseBy(ctx, im.source(fileID), how)
	if err == nil {
		im.known.put(key, rec)
	}
	return rec, err
}
