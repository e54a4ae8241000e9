package io.rdsboot.vector.text;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Model whose vectors count words: texts that share words are near to each other. Keeps
 * what it was asked for.
 */
class WordEmbedder implements TextEmbedder {

	static final int DIMENSIONS = 32;

	private final List<List<String>> calls = new CopyOnWriteArrayList<>();

	@Override
	public String model() {
		return "words";
	}

	@Override
	public OptionalInt dimensions() {
		return OptionalInt.of(DIMENSIONS);
	}

	@Override
	public List<float[]> embed(List<String> texts) {
		this.calls.add(List.copyOf(texts));
		List<float[]> vectors = new ArrayList<>();
		texts.forEach((text) -> vectors.add(vector(text)));
		return vectors;
	}

	static float[] vector(String text) {
		float[] vector = new float[DIMENSIONS];
		vector[0] = 0.01f;
		for (String word : text.toLowerCase(Locale.ROOT).split("\\W+")) {
			vector[Math.floorMod(word.hashCode(), DIMENSIONS)]++;
		}
		return vector;
	}

	/**
	 * The texts of each call.
	 */
	List<List<String>> calls() {
		return this.calls;
	}

}
