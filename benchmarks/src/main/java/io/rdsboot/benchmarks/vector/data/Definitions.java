package io.rdsboot.benchmarks.vector.data;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.ServiceLoader;

import dev.langchain4j.data.embedding.Embedding;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.model.embedding.EmbeddingModel;
import dev.langchain4j.spi.model.embedding.EmbeddingModelFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Words of WordNet 3.1 with their definitions, and their embeddings by the model that is
 * on the class path. Both are there with the profile {@code benchmark-recall} alone.
 */
final class Definitions {

	private static final Logger logger = LoggerFactory.getLogger(Definitions.class);

	private static final String DICTIONARY = "/net/sf/extjwnl/data/wordnet/wn31/data.";

	private static final List<String> PARTS_OF_SPEECH = List.of("noun", "verb", "adj", "adv");

	private static final long SEED = 31;

	private static final int BATCH = 1000;

	private Definitions() {
	}

	/**
	 * Returns embeddings of definitions, in an order drawn by lot, the same in every run.
	 * @param count how many, at most; there are 117,791
	 */
	static List<float[]> embedded(int count) {
		EmbeddingModel model = ServiceLoader.load(EmbeddingModelFactory.class)
			.findFirst()
			.orElseThrow(() -> new IllegalStateException(
					"No embedding model is on the class path. Run the program with -Pbenchmark-recall"))
			.create();
		List<String> texts = texts();
		Collections.shuffle(texts, new Random(SEED));
		List<String> chosen = texts.subList(0, Math.min(count, texts.size()));
		List<float[]> vectors = new ArrayList<>();
		for (int start = 0; start < chosen.size(); start += BATCH) {
			List<TextSegment> segments = chosen.subList(start, Math.min(start + BATCH, chosen.size()))
				.stream()
				.map(TextSegment::from)
				.toList();
			model.embedAll(segments).content().stream().map(Embedding::vector).forEach(vectors::add);
			logger.info("Embedded {} of {} definitions", vectors.size(), chosen.size());
		}
		return vectors;
	}

	private static List<String> texts() {
		List<String> texts = new ArrayList<>();
		for (String partOfSpeech : PARTS_OF_SPEECH) {
			try (InputStream file = Definitions.class.getResourceAsStream(DICTIONARY + partOfSpeech)) {
				if (file == null) {
					throw new IllegalStateException(
							"WordNet is not on the class path. Run the program with -Pbenchmark-recall");
				}
				new BufferedReader(new InputStreamReader(file, StandardCharsets.UTF_8)).lines()
					.filter((line) -> line.contains(" | "))
					.map(Definitions::text)
					.forEach(texts::add);
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}
		return texts;
	}

	/**
	 * Returns the first word and the definition of a line, whose fields WordNet's manual
	 * names (wndb(5)): the fifth is the word, and the definition stands behind the bar.
	 */
	private static String text(String line) {
		return line.split(" ", 6)[4].replace('_', ' ') + ": " + line.substring(line.indexOf(" | ") + 3).strip();
	}

}
