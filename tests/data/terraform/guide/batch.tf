# GPU work on demand.
resource "aws_batch_compute_environment" "gpu" {
  compute_environment_name = "medical-ai-gpu-env"
  type                     = "MANAGED"
  service_role             = aws_iam_role.batch_service.arn

  compute_resources {
    type                = "EC2"
    allocation_strategy = "BEST_FIT_PROGRESSIVE"
    instance_type       = ["p4d.24xlarge", "p3.16xlarge", "g5.48xlarge"]

    min_vcpus     = 0
    max_vcpus     = 256 # launches stop here
    desired_vcpus = 0

    subnets            = aws_subnet.private[*].id
    security_group_ids = [aws_security_group.batch.id]
    instance_role      = aws_iam_instance_profile.batch.arn

    launch_template {
      launch_template_id = aws_launch_template.batch_gpu.id
    }
  }

  depends_on = [aws_iam_role_policy_attachment.batch_service]
}

# The same work on Spot.
resource "aws_batch_compute_environment" "gpu_spot" {
  compute_environment_name = "medical-ai-gpu-spot-env"
  type                     = "MANAGED"
  service_role             = aws_iam_role.batch_service.arn

  compute_resources {
    type                = "SPOT"
    allocation_strategy = "SPOT_CAPACITY_OPTIMIZED"
    instance_type       = ["p3.16xlarge", "p3.8xlarge", "g5.48xlarge", "g5.24xlarge"]

    min_vcpus     = 0
    max_vcpus     = 512
    desired_vcpus = 0

    spot_iam_fleet_role = aws_iam_role.spot_fleet.arn
    subnets             = aws_subnet.private[*].id
    security_group_ids  = [aws_security_group.batch.id]
    instance_role       = aws_iam_instance_profile.batch.arn
  }
}

resource "aws_batch_job_queue" "high_priority" {
  name                 = "high-priority-queue"
  state                = "ENABLED"
  priority             = 100
  compute_environments = [aws_batch_compute_environment.gpu.arn]
}

resource "aws_batch_job_queue" "low_priority" {
  name                 = "low-priority-queue"
  state                = "ENABLED"
  priority             = 10
  compute_environments = [aws_batch_compute_environment.gpu_spot.arn]
}

resource "aws_batch_job_definition" "training" {
  name                  = "model-training-job"
  type                  = "container"
  platform_capabilities = ["EC2"]

  container_properties = jsonencode({
    image = "${aws_ecr_repository.training.repository_url}:latest"

    resourceRequirements = [
      { type = "VCPU", value = "32" },
      { type = "MEMORY", value = "128000" },
      { type = "GPU", value = "4" },
    ]

    environment = [
      { name = "DATA_PATH", value = "s3://medical-ai-data/training/" },
    ]

    mountPoints = [{ containerPath = "/data", sourceVolume = "fsx-lustre", readOnly = false }]
    volumes     = [{ name = "fsx-lustre", host = { sourcePath = "/fsx" } }]

    linuxParameters = {
      devices = [
        { hostPath = "/dev/nvidia0", containerPath = "/dev/nvidia0", permissions = ["read", "write", "mknod"] },
      ]
    }

    logConfiguration = {
      logDriver = "awslogs"
      options = {
        "awslogs-group"  = aws_cloudwatch_log_group.batch.name
        "awslogs-region" = var.region
      }
    }
  })

  retry_strategy {
    attempts = 3
  }

  timeout {
    attempt_duration_seconds = 86400 # a day
  }
}
