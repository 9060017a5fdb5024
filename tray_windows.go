//go:build !headless

package main

import (
	"bytes"
	"encoding/binary"
)

func trayReachable() bool { return true }

func trayVisible() bool { return true }

// trayImage wraps a PNG of 64 by 64 into the ICO form that Windows loads; it reads PNG inside of ICO since Vista.
func trayImage(png []byte) []byte {
	const headerSize, side = 22, 64
	var ico bytes.Buffer
	for _, field := range []any{
		[3]uint16{0, 1, 1},         // reserved, icon, one image
		[4]uint8{side, side, 0, 0}, // width, height, no palette, reserved
		[2]uint16{1, 32},           // planes, bits per pixel
		[2]uint32{uint32(len(png)), headerSize},
	} {
		_ = binary.Write(&ico, binary.LittleEndian, field) // a bytes.Buffer never fails
	}
	ico.Write(png)
	return ico.Bytes()
}
