package io.rdsboot.benchmarks.vector.data;

import java.util.SplittableRandom;

/**
 * Makes texts in which some words are as common as in English, others occur in most rows
 * of a document and seldom elsewhere. The same seed and number give the same text.
 * Thread-safe.
 */
final class Texts {

	private static final String[] FUNCTION_WORDS = """
			the of and to in is that for it as was with be on by at from this are not or an which but have has
			their its were had they been more can will would also there than when""".split("\\s+");

	private static final String[] CONTENT_WORDS = """
			time people water work world city house river school government market history music family company
			number system power light field book state century change energy question country language problem story
			order group paper service study garden money voice road station winter summer island mountain engine
			letter office theory union valley village window forest machine animal bridge kitchen doctor teacher
			student player science nature season weather travel harbour ocean desert winter supply demand price trade
			answer reason effect result method model value measure record signal memory library museum theatre
			picture colour shape surface metal stone glass wood cotton paper bread sugar coffee butter apple potato
			horse cattle sheep eagle salmon spider flower wheat barley maize rice cloud storm thunder earthquake
			volcano glacier planet comet galaxy telescope lens prism magnet battery circuit current voltage pressure
			temperature density velocity friction gravity orbit rocket pilot captain soldier general emperor
			king queen prince bishop merchant farmer miner weaver carpenter painter poet composer singer dancer
			actor author editor printer journalist lawyer judge minister senator mayor citizen neighbour stranger
			friend enemy brother sister mother father daughter cousin child infant elder widow guest servant"""
		.split("\\s+");

	private static final int WORDS_A_SENTENCE = 11;

	/** Of the content words, those that queries use. */
	private static final int QUERIED = 12;

	/** How far behind the common words the rarer ones of queries are. */
	private static final int RARER = 80;

	private final long seed;

	private final TextLength length;

	Texts(long seed, TextLength length) {
		this.seed = seed;
		this.length = length;
	}

	/**
	 * Returns the text of a row, which begins with its number.
	 * @param cell whose words occur often
	 * @param number of the row
	 */
	String content(Cell cell, long number) {
		SplittableRandom random = new SplittableRandom(this.seed ^ number * 0x9E3779B97F4A7C15L);
		StringBuilder text = new StringBuilder("Note ").append(number).append('.');
		for (int sentence = 0; sentence < this.length.sentences(); sentence++) {
			text.append(" The");
			for (int word = 0; word < WORDS_A_SENTENCE; word++) {
				text.append(' ').append(word(cell, random));
			}
			text.append('.');
		}
		return text.toString();
	}

	private static String word(Cell cell, SplittableRandom random) {
		double kind = random.nextDouble();
		if (kind < 0.45) {
			return frequent(FUNCTION_WORDS, random);
		}
		if (kind < 0.85) {
			return frequent(CONTENT_WORDS, random);
		}
		return CONTENT_WORDS[(cell.number() * 7 + random.nextInt(5)) % CONTENT_WORDS.length];
	}

	/**
	 * Returns one of the words, the first of them most often.
	 */
	private static String frequent(String[] words, SplittableRandom random) {
		double position = random.nextDouble();
		return words[(int) (position * position * words.length)];
	}

	/**
	 * Returns a text to search for, of words that a large part of the rows have.
	 * @param number which one
	 */
	String commonWords(long number) {
		return words(number, this.length.firstQueried());
	}

	/**
	 * Returns a text to search for, of words that a tenth of the rows have or fewer.
	 * @param number which one
	 */
	String rarerWords(long number) {
		return words(number, this.length.firstQueried() + RARER);
	}

	private String words(long number, int place) {
		SplittableRandom random = new SplittableRandom(this.seed ^ ~number * 0x9E3779B97F4A7C15L);
		int first = random.nextInt(QUERIED);
		int second = (first + 1 + random.nextInt(QUERIED - 1)) % QUERIED;
		return "the " + CONTENT_WORDS[place + first] + " and the " + CONTENT_WORDS[place + second];
	}

}
