package io.rdsboot.sample.indexing;

/**
 * Exception for a file that cannot be indexed.
 */
class UnreadableFileException extends Exception {

	private static final long serialVersionUID = 1L;

	private final String reason;

	UnreadableFileException(String reason) {
		super(reason);
		this.reason = reason;
	}

	String reason() {
		return this.reason;
	}

}
