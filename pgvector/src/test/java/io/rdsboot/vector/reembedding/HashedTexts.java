package io.rdsboot.vector.reembedding;

import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;

import io.rdsboot.vector.text.TextEmbedder;

/**
 * Model whose vectors follow from the hash of a text.
 */
final class HashedTexts implements TextEmbedder {

	private final String name;

	private final int dimensions;

	final AtomicInteger calls = new AtomicInteger();

	final AtomicInteger texts = new AtomicInteger();

	volatile Duration delay = Duration.ZERO;

	volatile String refused = "";

	volatile boolean down;

	volatile float[] made;

	HashedTexts(String name, int dimensions) {
		this.name = name;
		this.dimensions = dimensions;
	}

	@Override
	public String model() {
		return this.name;
	}

	@Override
	public OptionalInt dimensions() {
		return OptionalInt.of(this.dimensions);
	}

	@Override
	public List<float[]> embed(List<String> texts) {
		this.calls.incrementAndGet();
		if (this.down) {
			throw new IllegalStateException("model is down");
		}
		if (texts.contains(this.refused)) {
			throw new IllegalArgumentException("no such text: " + this.refused);
		}
		try {
			Thread.sleep(this.delay.toMillis());
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		this.texts.addAndGet(texts.size());
		return texts.stream().map(this::vector).toList();
	}

	private float[] vector(String text) {
		if (this.made != null) {
			return this.made;
		}
		Random random = new Random(31L * text.hashCode() + this.name.hashCode());
		float[] vector = new float[this.dimensions];
		for (int i = 0; i < vector.length; i++) {
			vector[i] = (float) random.nextGaussian();
		}
		return vector;
	}

}
