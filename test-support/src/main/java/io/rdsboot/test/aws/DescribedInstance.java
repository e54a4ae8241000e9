package io.rdsboot.test.aws;

/**
 * A DB instance, as the RDS API describes it. Immutable.
 *
 * @param identifier its identifier
 * @param arn its ARN
 * @param resourceId its identifier for good, such as {@code db-ABC}
 * @param host host of its address, which one that is being created has not got yet
 * @param port port of its address
 * @param writer whether it is the writer
 * @param status RDS's word for its state, such as {@code available}
 * @param availabilityZone where it is, such as {@code us-east-1a}
 */
public record DescribedInstance(String identifier, String arn, String resourceId, String host, int port, boolean writer,
		String status, String availabilityZone) {
}
