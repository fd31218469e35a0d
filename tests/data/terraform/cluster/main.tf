# The same infrastructure as plan.json.

provider "aws" {
  region = "us-east-1"
}

variable "tiers" {
  type    = list(number)
  default = [512, 1024]
}

resource "aws_subnet" "private" {
  count      = 3
  vpc_id     = "vpc-0a1b2c3d"
  cidr_block = "10.0.${count.index}.0/24"
}

resource "aws_launch_template" "node" {
  name = "node"

  block_device_mappings {
    device_name = "/dev/xvda"
    ebs {
      volume_size = 200
      volume_type = "gp3"
      iops        = 6000
      throughput  = 250
    }
  }
}

resource "aws_batch_compute_environment" "spot" {
  count = length(var.tiers)
  name  = format("spot-%d", count.index)
  type  = "MANAGED"

  compute_resources {
    type                = "SPOT"
    allocation_strategy = "SPOT_PRICE_CAPACITY_OPTIMIZED"
    instance_type       = ["g6.12xlarge", "g5.48xlarge"]
    max_vcpus           = var.tiers[count.index]
    bid_percentage      = 70
    subnets             = aws_subnet.private[*].id
    security_group_ids  = ["sg-0a1b2c3d"]
    instance_role       = "arn:aws:iam::123456789012:instance-profile/batch"

    launch_template {
      launch_template_id = aws_launch_template.node.id
    }
  }
}

resource "aws_batch_job_queue" "main" {
  name     = "main"
  state    = "ENABLED"
  priority = 5

  compute_environment_order {
    order               = 2
    compute_environment = aws_batch_compute_environment.spot[0].arn
  }
  compute_environment_order {
    order               = 1
    compute_environment = aws_batch_compute_environment.spot[1].arn
  }
}

resource "aws_batch_job_definition" "train" {
  name = "train"
  type = "container"

  container_properties = jsonencode({
    image                = "123456789012.dkr.ecr.us-east-1.amazonaws.com/train:1"
    resourceRequirements = [{ type = "VCPU", value = "8" }, { type = "MEMORY", value = "30000" }, { type = "GPU", value = "1" }]
  })

  retry_strategy {
    attempts = 4
  }
}

resource "aws_fsx_lustre_file_system" "scratch" {
  storage_capacity = 2400
  deployment_type  = "SCRATCH_2"
  subnet_ids       = [aws_subnet.private[0].id]
}

resource "aws_s3_bucket" "data" {
  bucket = "cluster-data"
}

resource "aws_scheduler_schedule" "night" {
  name                = "night"
  schedule_expression = "cron(0 22 ? * MON-FRI *)"

  flexible_time_window {
    mode = "OFF"
  }

  target {
    arn      = "arn:aws:scheduler:::aws-sdk:batch:updateComputeEnvironment"
    role_arn = "arn:aws:iam::123456789012:role/scheduler"
    input    = jsonencode({ ComputeEnvironment = "spot-0", ComputeResources = { MaxvCpus = 2048 } })
  }
}
