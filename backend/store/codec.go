package store

import (
	_ "embed"
	"fmt"

	"github.com/klauspost/compress/zstd"
)

// dictionary is raw content that payloads share (header names of the formats we read), so that a payload of a few
// hundred bytes still compresses. It is part of codec 1 and must never change; a new one needs a new codec number.
//
//go:embed dictionary1.txt
var dictionary []byte

const (
	codecZstd1     = 1
	dictionaryID   = 1
	maxPayloadSize = 64 << 20
)

func newCodec() (*zstd.Encoder, *zstd.Decoder, error) {
	packer, err := zstd.NewWriter(nil, zstd.WithEncoderDictRaw(dictionaryID, dictionary), zstd.WithEncoderConcurrency(1),
		zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderCRC(false))
	if err != nil {
		return nil, nil, fmt.Errorf("making the packer: %w", err)
	}
	reader, err := zstd.NewReader(nil, zstd.WithDecoderDictRaw(dictionaryID, dictionary), zstd.WithDecoderMaxMemory(maxPayloadSize))
	if err != nil {
		return nil, nil, fmt.Errorf("making the unpacker: %w", err)
	}
	return packer, reader, nil
}

func (s *Store) pack(body []byte) []byte { return s.packer.EncodeAll(body, nil) }

func (s *Store) unpack(codec int, body []byte) ([]byte, error) {
	if codec != codecZstd1 {
		return nil, fmt.Errorf("reading payload: unknown codec %d", codec)
	}
	plain, err := s.reader.DecodeAll(body, nil)
	if err != nil {
		return nil, fmt.Errorf("reading payload: %w", err)
	}
	return plain, nil
}
