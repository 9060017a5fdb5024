package store

import (
	"strings"

	"tradepost/backend/commerce"
	"tradepost/backend/customer"
	"tradepost/backend/journal"
)

// fillAll puts the values of all personal changes back.
func fillAll(q querier, all []journal.Change) error {
	for i := range all {
		for j := range all[i].Fields {
			if err := fillPersonal(q, &all[i].Fields[j]); err != nil {
				return err
			}
		}
	}
	return nil
}

// fillPersonal puts the values of a personal change back, from the contact versions it names.
func fillPersonal(q querier, change *commerce.FieldChange) error {
	if !change.Personal || change.Contact == 0 {
		return nil
	}
	name := change.Field[strings.LastIndexByte(change.Field, '.')+1:]
	before, err := contactVersion(q, change.Contact, change.From)
	if err != nil {
		return err
	}
	after, err := contactVersion(q, change.Contact, change.To)
	if err != nil {
		return err
	}
	for _, f := range customer.Fields {
		if f.Name == name {
			change.Before, change.After = *f.Of(&before), *f.Of(&after)
		}
	}
	return nil
}
