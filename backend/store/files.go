package store

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"tradepost/backend/commerce"
	"tradepost/backend/fault"
	"tradepost/backend/tabular"
	"tradepost/backend/tabular/scratch"
)

// inlineSize is the largest file kept inside the database; larger ones lie in files/<sha256>.
const inlineSize = 1 << 20

// KeepFile takes a file in: when it returns, content and row are on disk. The same content gives the same File. The file
// is spooled first, so that memory does not grow with its size.
func (s *Store) KeepFile(ctx context.Context, name string, content io.Reader) (tabular.File, error) {
	spool, file, err := s.spool(name, content)
	if err != nil {
		return tabular.File{}, classify("keeping file", err)
	}
	defer func() { _ = os.Remove(spool) }()
	inline, err := s.place(spool, file)
	if err != nil {
		return tabular.File{}, classify("keeping file", err)
	}
	err = s.Write(ctx, Urgent, func(tx *Tx) error {
		if err := scanFile(tx.QueryRow(fileQuery+`WHERE sha256 = ?`, file.SHA256), &file); !errors.Is(err, sql.ErrNoRows) {
			file.Name = filepath.Base(name)
			return errors.Join(err, tx.Exec(`UPDATE file SET content = ?, purged_at = NULL WHERE id = ? AND purged_at IS NOT NULL`, inline, file.ID)) // it came again
		}
		file.ReceivedAt = tx.now
		id, err := tx.Insert(`INSERT INTO file (sha256, name, size, content, received_at, seq) VALUES (?, ?, ?, ?, ?, ?)`,
			file.SHA256, file.Name, file.Size, inline, int64(tx.now), tx.seq)
		file.ID = id
		return err
	})
	return file, classify("keeping file", err)
}

const fileQuery = `SELECT id, name, size, sha256, received_at FROM file `

func scanFile(from scanner, f *tabular.File) error {
	return from.Scan(&f.ID, &f.Name, &f.Size, &f.SHA256, &f.ReceivedAt)
}

func (s *Store) filesDir() string { return filepath.Join(s.dir, "files") }

// SpoolFolder is where files lie for a while under a passing name: in the workspace, as they may hold personal values.
func (s *Store) SpoolFolder() string { return s.filesDir() }

// sweepSpool removes what a crash left under a passing name: a file that was coming in, or being unpacked. What cannot be
// removed now (a virus scanner has it open) is at the next start.
func (s *Store) sweepSpool() error {
	left, err := filepath.Glob(filepath.Join(globEscape(s.filesDir()), scratch.Pattern))
	for _, path := range left {
		_ = os.Remove(path)
	}
	return err
}

// spool writes content into the files folder under a passing name, hashing it on the way.
func (s *Store) spool(name string, content io.Reader) (string, tabular.File, error) {
	file := tabular.File{Name: filepath.Base(name)}
	if err := os.MkdirAll(s.filesDir(), 0o700); err != nil {
		return "", file, err
	}
	spool, err := os.CreateTemp(s.filesDir(), scratch.Pattern)
	if err != nil {
		return "", file, err
	}
	hash := sha256.New()
	file.Size, err = io.Copy(io.MultiWriter(spool, hash), content)
	if err == nil && file.Size > inlineSize {
		err = spool.Sync()
	}
	if err = errors.Join(err, spool.Close()); err != nil {
		_ = os.Remove(spool.Name())
		return "", file, err
	}
	file.SHA256 = hex.EncodeToString(hash.Sum(nil))
	return spool.Name(), file, nil
}

// place gives the content for the row, or moves a large file to its lasting name, durable before the row is.
func (s *Store) place(spool string, file tabular.File) ([]byte, error) {
	if file.Size <= inlineSize {
		plain, err := os.ReadFile(spool)
		return s.pack(plain), err
	}
	path := filepath.Join(s.filesDir(), file.SHA256)
	if exists(path) {
		return nil, nil
	}
	if err := os.Rename(spool, path); err != nil {
		return nil, err
	}
	return nil, syncDir(s.filesDir())
}

// File reads what is known of a kept file.
func (s *Store) File(ctx context.Context, id int64) (f tabular.File, err error) {
	err = scanFile(s.reading(ctx).QueryRow(fileQuery+`WHERE id = ?`, id), &f)
	return f, classify("reading file", err)
}

// OpenFile opens a kept file for reading.
func (s *Store) OpenFile(ctx context.Context, id int64) (io.ReadCloser, error) {
	var sum string
	var content []byte
	var purged commerce.Instant
	err := s.reading(ctx).QueryRow(`SELECT sha256, content, purged_at FROM file WHERE id = ?`, id).Scan(&sum, &content, instant{&purged})
	if err != nil {
		return nil, classify("opening file", err)
	}
	if purged != 0 {
		return nil, fault.New(fault.NotFound, "The content of this file is no longer kept.", "It was emptied as your settings say. Drop the original file again if you need it.")
	}
	if content != nil {
		plain, err := s.unpack(codecZstd1, content)
		return io.NopCloser(bytes.NewReader(plain)), err
	}
	file, err := os.Open(filepath.Join(s.filesDir(), sum))
	if errors.Is(err, os.ErrNotExist) {
		return nil, fault.Wrap(err, fault.NotFound, "The kept copy of this file is gone from the files folder.",
			"Drop the original file again, or bring back the workspace's files folder from your own backup.")
	}
	if err != nil {
		return nil, classify("opening file", fmt.Errorf("opening kept file: %w", err))
	}
	return file, nil
}
