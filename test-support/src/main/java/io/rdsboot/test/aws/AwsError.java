package io.rdsboot.test.aws;

/**
 * A refusal of an AWS service, with the code from which an SDK makes an exception of its
 * own.
 */
final class AwsError extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final int status;

	private final String code;

	private final String text;

	AwsError(int status, String code, String text) {
		super(text);
		this.status = status;
		this.code = code;
		this.text = text;
	}

	/**
	 * An error that the caller can mend.
	 * @param code AWS's code
	 * @param text AWS's message
	 * @return an error of status 400
	 */
	static AwsError badRequest(String code, String text) {
		return new AwsError(400, code, text);
	}

	int status() {
		return this.status;
	}

	String code() {
		return this.code;
	}

	String text() {
		return this.text;
	}

}
