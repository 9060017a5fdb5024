package store

import (
	"context"
	"database/sql"
	"errors"

	"tradepost/backend/secret"
)

// SecretKey reads what is known of the key of the secrets.
func (s *Store) SecretKey(ctx context.Context) (key secret.Key, found bool, err error) {
	err = s.reading(ctx).QueryRow(`SELECT key_id, keeper, wrapped, probe FROM secret_key`).Scan(&key.ID, &key.Keeper, &key.Wrapped, &key.Probe)
	if errors.Is(err, sql.ErrNoRows) {
		return key, false, nil
	}
	return key, err == nil, classify("reading secret key", err)
}

// SetSecretKey writes what is known of the key.
func (s *Store) SetSecretKey(ctx context.Context, key secret.Key) error {
	return s.Write(ctx, Urgent, func(tx *Tx) error {
		tx.touch(Settings)
		return tx.Exec(`INSERT INTO secret_key (id, key_id, keeper, wrapped, probe, made_at, seq) VALUES (1, ?, ?, ?, ?, ?, ?)
			ON CONFLICT (id) DO UPDATE SET key_id = excluded.key_id, keeper = excluded.keeper, wrapped = excluded.wrapped, probe = excluded.probe,
			seq = excluded.seq`, key.ID, string(key.Keeper), key.Wrapped, key.Probe, int64(tx.now), tx.seq)
	})
}

// Secret reads one sealed secret.
func (s *Store) Secret(ctx context.Context, name string) (sealed secret.Sealed, found bool, err error) {
	err = s.reading(ctx).QueryRow(`SELECT key_id, sealed FROM secret WHERE name = ?`, name).Scan(&sealed.KeyID, &sealed.Box)
	if errors.Is(err, sql.ErrNoRows) {
		return sealed, false, nil
	}
	return sealed, err == nil, classify("reading secret", err)
}

// SetSecret writes one sealed secret.
func (s *Store) SetSecret(ctx context.Context, name string, sealed secret.Sealed) error {
	return s.Write(ctx, Urgent, func(tx *Tx) error {
		tx.touch(Settings)
		return tx.Exec(`INSERT INTO secret (name, key_id, sealed, changed_at, seq) VALUES (?, ?, ?, ?, ?) ON CONFLICT (name) DO UPDATE SET
			key_id = excluded.key_id, sealed = excluded.sealed, changed_at = excluded.changed_at, seq = excluded.seq`,
			name, sealed.KeyID, sealed.Box, int64(tx.now), tx.seq)
	})
}

// DeleteSecret removes one.
func (s *Store) DeleteSecret(ctx context.Context, name string) error {
	return s.Write(ctx, Urgent, func(tx *Tx) error {
		tx.touch(Settings)
		return tx.Exec(`DELETE FROM secret WHERE name = ?`, name)
	})
}

// SecretNames lists what is kept, never the values.
func (s *Store) SecretNames(ctx context.Context) ([]string, error) {
	rows, err := s.reading(ctx).Query(`SELECT name FROM secret ORDER BY name`)
	return collect(rows, err, func(rows *sql.Rows, name *string) error { return rows.Scan(name) })
}

// ForgetSecrets removes the key and all secrets.
func (s *Store) ForgetSecrets(ctx context.Context) error {
	return s.Write(ctx, Urgent, func(tx *Tx) error {
		tx.touch(Settings)
		return errors.Join(tx.Exec(`DELETE FROM secret`), tx.Exec(`DELETE FROM secret_key`))
	})
}
