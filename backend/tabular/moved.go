package tabular

import (
	"context"
	"slices"
	"strconv"

	"tradepost/backend/order"
	"tradepost/backend/tabular/format"
)

// productField is the field by which a variant names its product. What changes carry is an id, or nothing known yet.
const productField = "product"

// inWords puts the names of products in place of their ids, for people; the journal keeps the ids.
func (im *Importer) inWords(ctx context.Context, i Import, record format.Record, changes []order.Change) ([]order.Change, error) {
	if !slices.ContainsFunc(changes, func(c order.Change) bool { return c.Field == productField }) {
		return changes, nil
	}
	worded := slices.Clone(changes)
	for n := range worded {
		c := &worded[n]
		if c.Field != productField {
			continue
		}
		for _, id := range []*string{&c.Before, &c.After} {
			words, err := im.productInWords(ctx, i, record, *id)
			if err != nil {
				return nil, err
			}
			*id = words
		}
	}
	return worded, nil
}

// productInWords names a product: Mug (mug); one that is still to be made by the handle that the record states.
func (im *Importer) productInWords(ctx context.Context, i Import, record format.Record, text string) (string, error) {
	if text == "" {
		return "", nil
	}
	id, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return withHandle("a new product", record.Stated.Values["product.handle"]), nil //nolint:nilerr // what is no id is still to be made
	}
	title, handle, found, err := im.store.ProductName(ctx, id, i.ChannelID)
	switch {
	case err != nil:
		return "", err
	case !found:
		return "a product that is gone", nil
	case title == "" && handle == "":
		return "a product without a name", nil
	case title == "":
		return handle, nil
	}
	return withHandle(title, handle), nil
}

func withHandle(title, handle string) string {
	if handle == "" {
		return title
	}
	return title + " (" + handle + ")"
}
