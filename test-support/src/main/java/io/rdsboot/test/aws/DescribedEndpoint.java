package io.rdsboot.test.aws;

import java.util.List;

/**
 * A custom endpoint of a DB cluster, as the RDS API describes it. Immutable.
 *
 * @param identifier its identifier
 * @param host its host name
 * @param type its type, {@code READER} or {@code ANY}
 * @param staticMembers identifiers of its members, if it has a fixed list
 * @param excludedMembers identifiers of the instances that are not its members, if it has
 * no fixed list
 */
public record DescribedEndpoint(String identifier, String host, String type, List<String> staticMembers,
		List<String> excludedMembers) {

	public DescribedEndpoint {
		staticMembers = List.copyOf(staticMembers);
		excludedMembers = List.copyOf(excludedMembers);
	}

}
