package io.rdsboot.autoconfigure.failure;

/**
 * Writes names of AWS resources and what policies say of them. The account is a
 * placeholder, as no client knows it.
 */
final class Arns {

	private Arns() {
	}

	/**
	 * Return the ARN of a resource.
	 * @param service the service's prefix
	 * @param region the region, or a placeholder
	 * @param resource the resource in the service's own form
	 */
	static String of(String service, String region, String resource) {
		return "arn:" + partition(region) + ":" + service + ":" + region + ":<account>:" + resource;
	}

	/**
	 * Return the partition of AWS that a region belongs to.
	 */
	static String partition(String region) {
		if (region.startsWith("cn-")) {
			return "aws-cn";
		}
		return region.startsWith("us-gov-") ? "aws-us-gov" : "aws";
	}

	/**
	 * Return the statement of a policy that allows an action.
	 */
	static String statement(String action, String arn) {
		return """
				    {
				      "Effect": "Allow",
				      "Action": "%s",
				      "Resource": "%s"
				    }
				""".formatted(action, arn);
	}

}
