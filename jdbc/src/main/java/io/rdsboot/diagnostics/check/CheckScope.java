package io.rdsboot.diagnostics.check;

/**
 * Which instances a {@link Check} asks.
 */
public enum CheckScope {

	/**
	 * The writer, because readers do not know the answer.
	 */
	WRITER,

	/**
	 * One instance, because all have the same answer: the writer, or a reader while there
	 * is no writer.
	 */
	ANY,

	/**
	 * Every instance, because each has an answer of its own.
	 */
	EACH

}
