let context: AudioContext | undefined;

/** A short high tone for what was counted, two low ones for what nobody knows: a person who scans does not look. */
export function sound(how: 'fine' | 'unknown'): void {
  try {
    context ??= new AudioContext();
    if (how === 'fine') tone(context, 1320, 0, 0.06);
    else {
      tone(context, 220, 0, 0.14);
      tone(context, 180, 0.18, 0.18);
    }
  } catch {
    // Without sound the colour and the words say it.
  }
}

function tone(on: AudioContext, pitch: number, after: number, long: number): void {
  const source = on.createOscillator();
  const volume = on.createGain();
  source.frequency.value = pitch;
  volume.gain.value = 0.08;
  source.connect(volume).connect(on.destination);
  source.start(on.currentTime + after);
  source.stop(on.currentTime + after + long);
}
