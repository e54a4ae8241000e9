package io.rdsboot.test.aws;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * What the user of the access key may do: everything that is not denied. Thread-safe.
 */
public final class Permissions {

	/** Stands for all actions, or for all resources. */
	public static final String ALL = "*";

	private final Set<String> denied = ConcurrentHashMap.newKeySet();

	/**
	 * Denies an action on a resource.
	 * @param action the action as a policy has it, such as
	 * {@code rds:DescribeDBClusters}, or {@link #ALL}
	 * @param resource the resource's ARN, or {@link #ALL}
	 */
	public void deny(String action, String resource) {
		this.denied.add(action + " " + resource);
	}

	/**
	 * Takes back what {@link #deny} has denied.
	 * @param action the action
	 * @param resource the resource
	 */
	public void allow(String action, String resource) {
		this.denied.remove(action + " " + resource);
	}

	/**
	 * Refuses what is denied: the action on the resource, the action on all resources or
	 * all actions on the resource.
	 * @param action the action
	 * @param resource the resource's ARN
	 * @param error makes AWS's message an error of the service asked
	 * @throws AwsError when it is denied
	 */
	void require(String action, String resource, Function<String, AwsError> error) {
		if (this.denied.contains(action + " " + resource) || this.denied.contains(action + " " + ALL)
				|| this.denied.contains(ALL + " " + resource)) {
			throw error.apply("User: %s is not authorized to perform: %s on resource: %s because no identity-based"
				.formatted(AwsNames.USER_ARN, action, resource) + " policy allows the %s action".formatted(action));
		}
	}

}
