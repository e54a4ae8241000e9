package io.rdsboot.test.aws;

/**
 * An HTTP answer. Its body may hold a secret, and is not part of {@code toString}.
 *
 * @param status HTTP status
 * @param contentType media type of the body
 * @param body the body
 */
record AwsResponse(int status, String contentType, String body) {

	@Override
	public String toString() {
		return "AwsResponse[status=%d]".formatted(this.status);
	}

}
