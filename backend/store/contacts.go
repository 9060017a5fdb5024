package store

import (
	"database/sql"
	"errors"

	"tradepost/backend/commerce"
	"tradepost/backend/customer"
)

// insertContact writes a new contact and fills in its id.
func (tx *Tx) insertContact(c *customer.Contact, buyer bool) (err error) {
	if err := tx.writeContact(c, buyer); err != nil {
		return err
	}
	c.ID, err = tx.lastInserted(1)
	return err
}

// writeContact writes a new contact; a buyer with an e-mail address joins the customer who has it, or becomes one.
func (tx *Tx) writeContact(c *customer.Contact, buyer bool) (err error) {
	var customerID int64
	if buyer && c.Email != "" {
		if customerID, err = tx.customerByEmail(c.Email); err != nil {
			return err
		}
	}
	c.Version = 1
	return tx.Exec(`INSERT INTO contact (version, customer_id, `+contactColumns+`, email_key, seq)
		VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		append(contactValues(append(tx.args[:0], idArg(customerID)), c), commerce.EmailKey(c.Email), tx.seq)...)
}

func (tx *Tx) customerByEmail(email string) (int64, error) {
	id, err := tx.Number(`SELECT customer_id FROM contact WHERE email_key = ? AND email_key <> '' AND customer_id IS NOT NULL LIMIT 1`,
		commerce.EmailKey(email))
	if err == nil && id == 0 {
		return tx.Insert(`INSERT INTO customer (created_at, seq) VALUES (?, ?)`, int64(tx.now), tx.seq)
	}
	return id, err
}

// reviseContact makes next the present version of the contact; the one before is kept.
func (tx *Tx) reviseContact(was customer.Contact, next *customer.Contact) error {
	err := tx.Exec(`INSERT INTO contact_version (contact_id, version, `+contactColumns+`, replaced_seq)
		SELECT id, version, `+contactColumns+`, ? FROM contact WHERE id = ?`, tx.seq, was.ID)
	if err != nil {
		return err
	}
	next.ID, next.Version = was.ID, was.Version+1
	return tx.Exec(`UPDATE contact SET version = ?, name = ?, company = ?, email = ?, phone = ?, line1 = ?, line2 = ?, line3 = ?,
		city = ?, region = ?, postal_code = ?, country = ?, note = ?, email_key = ?, seq = ? WHERE id = ?`,
		append(contactValues(append(tx.args[:0], next.Version), next), commerce.EmailKey(next.Email), tx.seq, next.ID)...)
}

// ContactVersion reads what a contact was at a version; the zero Contact when that was purged or removed.
func (tx *Tx) ContactVersion(id, version int64) (customer.Contact, error) {
	return contactVersion(tx, id, version)
}

func contactVersion(q querier, id, version int64) (customer.Contact, error) {
	c := customer.Contact{ID: id, Version: version}
	err := q.QueryRow(`SELECT `+contactColumns+` FROM contact WHERE id = ? AND version = ?
		UNION ALL SELECT `+contactColumns+` FROM contact_version WHERE contact_id = ? AND version = ? LIMIT 1`,
		id, version, id, version).Scan(contactFields(&c)...)
	if errors.Is(err, sql.ErrNoRows) {
		return customer.Contact{}, nil
	}
	return c, err
}

func (tx *Tx) deleteContact(c customer.Contact) error {
	var customerID sql.NullInt64
	if err := tx.QueryRow(`SELECT customer_id FROM contact WHERE id = ?`, c.ID).Scan(&customerID); err != nil {
		return err
	}
	if err := tx.Exec(`DELETE FROM contact_version WHERE contact_id = ?`, c.ID); err != nil {
		return err
	}
	if err := tx.Exec(`DELETE FROM contact WHERE id = ?`, c.ID); err != nil {
		return err
	}
	return tx.Exec(`DELETE FROM customer WHERE id = ? AND NOT EXISTS (SELECT 1 FROM contact WHERE customer_id = customer.id)`, customerID)
}
