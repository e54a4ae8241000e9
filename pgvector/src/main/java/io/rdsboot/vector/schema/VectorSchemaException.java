package io.rdsboot.vector.schema;

/**
 * Thrown when the database is not as a declared vector table needs it, and what is
 * missing cannot or may not be made. Says what mends it.
 */
public class VectorSchemaException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final String action;

	/**
	 * Create an exception.
	 * @param message what is wrong
	 * @param action what mends it
	 */
	public VectorSchemaException(String message, String action) {
		super(message);
		this.action = action;
	}

	/**
	 * Return what mends it.
	 * @return a sentence for the one who runs the application
	 */
	public String getAction() {
		return this.action;
	}

}
